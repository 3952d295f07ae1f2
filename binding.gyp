{
  "variables": { "static_libstdcxx%": 0 },
  "targets": [
    {
      "target_name": "ox_profile",
      "sources": [
        "native/addon.cc",
        "native/build_info.cc",
        "native/call_tree.cc",
        "native/clock.cc",
        "native/count_table.cc",
        "native/environment.cc",
        "native/event_loop.cc",
        "native/exit_hook.cc",
        "native/fold.cc",
        "native/frame_table.cc",
        "native/gc_clock.cc",
        "native/interval_source.cc",
        "native/isolate_profiler.cc",
        "native/line_ends.cc",
        "native/ranking.cc",
        "native/rotation_plan.cc",
        "native/sampling_thread.cc",
        "native/session.cc",
        "native/stack_capture.cc",
        "native/to_js.cc"
      ],
      "include_dirs": [
        "<!(node -p \"require('node-addon-api').include_dir\")"
      ],
      "defines": [
        "NAPI_DISABLE_CPP_EXCEPTIONS",
        "NODE_ADDON_API_DISABLE_DEPRECATED",
        # Where a worker is being terminated nothing can be thrown.
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
      ],
      "cflags_cc!": ["-std=gnu++17", "-std=gnu++1y", "-fno-rtti"],
      "cflags_cc": ["-std=gnu++20", "-Wall", "-Wextra", "-fvisibility=hidden"],
      "conditions": [
        # Prebuilt addons bring their own libstdc++ and keep it to themselves, so
        # that they run where only an older one is installed. Elsewhere there may
        # be no static one to link. What of it is not used is left out, as some
        # of that wants a newer libc.
        ["OS=='linux' and static_libstdcxx==1", {
          "ldflags": ["-static-libstdc++", "-Wl,--exclude-libs,ALL", "-Wl,--gc-sections"]
        }]
      ],
      "xcode_settings": {
        "CLANG_CXX_LANGUAGE_STANDARD": "c++20",
        "CLANG_CXX_LIBRARY": "libc++",
        "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
        "MACOSX_DEPLOYMENT_TARGET": "11.0",
        "WARNING_CFLAGS": ["-Wall", "-Wextra"]
      },
      "msvs_settings": {
        "VCCLCompilerTool": {
          "AdditionalOptions": ["/std:c++20", "/Zc:__cplusplus"],
          "ExceptionHandling": 1
        }
      }
    }
  ]
}
