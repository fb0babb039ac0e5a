// MuJoCo's script for browsers: a page's Content-Security-Policy lets WebAssembly run, and no text as code, which the binding's
// two makers of functions do with `new Function`. Both get a closure instead, as emscripten itself makes with DYNAMIC_EXECUTION=0.

const replaced = [
  [
    'new Function(...args, invokerFnBody)(...closureArgs)',
    `function (...given) {
      checkArgCount(given.length, minArgs, expectedArgCount, humanName, throwBindingError);
      var destructors = needsDestructorStack ? [] : null;
      var first = isClassMethodFunc ? [argTypes[1].toWireType(destructors, this)] : [];
      var wired = [];
      for (var i = 0; i < expectedArgCount; i++) wired.push(argTypes[i + 2].toWireType(destructors, given[i]));
      var rv = cppInvokerFunc(cppTargetFunc, ...first, ...wired);
      if (needsDestructorStack) runDestructors(destructors);
      else
        for (var i = isClassMethodFunc ? 1 : 2; i < argTypes.length; i++)
          if (argTypes[i].destructorFunction !== null)
            argTypes[i].destructorFunction(i === 1 ? first[0] : wired[i - 2]);
      if (returns) return argTypes[0].fromWireType(rv);
    }`,
  ],
  [
    'new Function(...params, functionBody)(...args)',
    `(obj, func, destructorsRef, at) => {
      var values = [];
      for (var i = 0; i < argCount; i++) {
        values.push(types[i].readValueFromPointer(at));
        at += types[i].argPackAdvance;
      }
      var rv = kind === 1 ? new func(...values) : kind === 0 ? func.call(obj, ...values) : func.call(...values);
      if (!retType.isVoid) return emval_returnValue(retType, destructorsRef, rv);
    }`,
  ],
];

/** @param text mujoco.js of @mujoco/mujoco. @throws Error where it is another one than this knows. */
export function mujocoForPages(text) {
  for (const [from, to] of replaced) {
    if (text.split(from).length !== 2)
      throw new Error(
        `@mujoco/mujoco: expected once in mujoco.js, for scripts/mujoco_for_pages.mjs: ${from}`,
      );
    text = text.replace(from, () => to);
  }
  if (/\bnew Function\b|\beval\(/.test(text))
    throw new Error('@mujoco/mujoco: mujoco.js still makes code of text');
  return text;
}
