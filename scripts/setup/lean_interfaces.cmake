# Read after project() of the interface packages that set-up builds for its own use, onto ROS 2 from wheels: what
# rclnodejs and rclpy need over Fast DDS (C, its type supports, Python), in few large compilations; no C++ interfaces. (Fast DDS asks
# for introspection, too, when it registers a type.) A colcon build of the same packages makes everything.
find_package(ament_cmake REQUIRED)
find_package(rosidl_default_generators REQUIRED)
list(FILTER AMENT_EXTENSIONS_rosidl_generate_idl_interfaces EXCLUDE REGEX "_cpp:")

# headers take most of the compiler's time; the descriptions of rosidl_generator_c define the same names in each file
function(_compile_together)
  foreach(part rosidl_typesupport_fastrtps_c rosidl_typesupport_introspection_c rosidl_typesupport_c rosidl_generator_py)
    set_target_properties(${PROJECT_NAME}__${part} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 13)
  endforeach()
endfunction()
cmake_language(DEFER CALL _compile_together)
