import { readFileSync } from 'node:fs';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';

/** Where the broker is and how to talk to it. */
export interface BrokerOptions {
  host: string;
  port: number;
  tls: boolean;
  /** PEM file of the certificate authority; empty: the system's. */
  caFile: string;
  username?: string;
  password?: string;
  /** Unique among the broker's clients. */
  clientId: string;
}

/** User and password from the environment, so that they are in no parameter file and no process list. */
export function credentials(environment: NodeJS.ProcessEnv): Pick<BrokerOptions, 'username' | 'password'> {
  const { EDSCORBOT_MQTT_USER: username, EDSCORBOT_MQTT_PASSWORD: password } = environment;
  return { username, password };
}

/** What a link tells its user. */
export interface LinkEvents {
  /** The broker is there and all topics are subscribed to. */
  connected(): void;
  disconnected(): void;
  message(topic: string, payload: string): void;
  /** One line for a person. */
  trouble(text: string): void;
}

/** A subscription that failed is tried again after this time, ms. */
const RETRY_MS = 1000;

/**
 * An MQTT connection that comes back by itself. What is published while it is down is dropped, never sent later: an old
 * reference must not move the arm. For the same reason everything is sent at quality of service 0, without repetition.
 */
export class MqttLink {
  private readonly client: MqttClient;
  private up = false;

  constructor(
    broker: BrokerOptions,
    topics: readonly string[],
    private readonly events: LinkEvents,
    will?: { topic: string; payload: string },
  ) {
    const options: IClientOptions = {
      protocol: broker.tls ? 'mqtts' : 'mqtt',
      host: broker.host,
      port: broker.port,
      clientId: broker.clientId,
      username: broker.username,
      password: broker.password,
      ca: broker.caFile ? readFileSync(broker.caFile) : undefined,
      clean: true,
      keepalive: 2,
      reconnectPeriod: 300,
      connectTimeout: 3000,
      queueQoSZero: false,
      resubscribe: false,
      will: will && { ...will, payload: Buffer.from(will.payload), qos: 1, retain: true },
    };
    this.client = connect(options);
    // Retained messages may come before the subscription is confirmed.
    let early: [string, string][] = [];
    const subscribe = (): void => {
      this.client.subscribe([...topics], { qos: 0 }, (error, granted) => {
        const refused = (granted ?? []).filter(({ qos }) => qos >= 128).map(({ topic }) => topic);
        if (!error && refused.length === 0) return ready();
        if (!this.client.connected) return;
        const why = error ? error.message : `not allowed: ${refused.join(', ')}`;
        events.trouble(`broker ${broker.host}:${broker.port}: subscription failed (${why}); trying again`);
        setTimeout(() => this.client.connected && subscribe(), RETRY_MS).unref();
      });
    };
    const ready = (): void => {
      if (!this.client.connected) return;
      this.up = true;
      events.connected();
      for (const [topic, payload] of early.splice(0)) events.message(topic, payload);
    };
    this.client.on('connect', () => {
      early = [];
      if (topics.length > 0) subscribe();
      else ready();
    });
    this.client.on('message', (topic, payload) => {
      if (this.up) events.message(topic, payload.toString());
      else early.push([topic, payload.toString()]);
    });
    this.client.on('close', () => this.down());
    let last = '';
    this.client.on('error', (error) => {
      if (error.message !== last) events.trouble(`broker ${broker.host}:${broker.port}: ${error.message}`);
      last = error.message;
    });
  }

  /** Sends at once or not at all. */
  publish(message: { topic: string; payload: string; retain?: boolean }): void {
    if (this.up && this.client.connected)
      this.client.publish(message.topic, message.payload, { qos: 0, retain: message.retain ?? false });
  }

  /** Sends what is under way and closes, without an event; a broker that does not answer is not waited for. */
  async close(): Promise<void> {
    this.up = false;
    const closed = this.client.endAsync(!this.client.connected).catch(() => undefined);
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 300))]);
  }

  private down(): void {
    if (!this.up) return;
    this.up = false;
    this.events.disconnected();
  }
}
