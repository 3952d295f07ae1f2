{
  "variables": {
    "static_libstdcxx%": 0,
    # For test/faults: with ways to break V8's profiler. Never in a release.
    "inject_faults%": 0,
    # For scripts/sanitize.mjs: which sanitizers.
    "sanitize%": ""
  },
  "targets": [
    {
      "target_name": "ox_profile",
      "sources": [
        "native/addon.cc",
        "native/budget.cc",
        "native/budget_keeper.cc",
        "native/build_info.cc",
        "native/call_tree.cc",
        "native/clock.cc",
        "native/code_ranges.cc",
        "native/costs.cc",
        "native/count_table.cc",
        "native/cpu_of_samples.cc",
        "native/environment.cc",
        "native/event_loop.cc",
        "native/exit_hook.cc",
        "native/fold.cc",
        "native/fold_placement.cc",
        "native/frame_table.cc",
        "native/gc_clock.cc",
        "native/growing_index.cc",
        "native/inquiry.cc",
        "native/interrupted.cc",
        "native/interval_source.cc",
        "native/isolate_profiler.cc",
        "native/json.cc",
        "native/line_ends.cc",
        "native/monitor.cc",
        "native/orders.cc",
        "native/own_thread.cc",
        "native/parking.cc",
        "native/profile_folder.cc",
        "native/ranking.cc",
        "native/read_memory.cc",
        "native/rotation_plan.cc",
        "native/sample_timer.cc",
        "native/sampled_thread.cc",
        "native/sampling_handler.cc",
        "native/sampling_signal.cc",
        "native/sampling_thread.cc",
        "native/session.cc",
        "native/short_slice.cc",
        "native/stack_capture.cc",
        "native/stall_file.cc",
        "native/stall_watch.cc",
        "native/stalls.cc",
        "native/stuck_watch.cc",
        "native/thread_cpu.cc",
        "native/thread_names.cc",
        "native/to_js.cc",
        "native/top_frame.cc"
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
        # A handler of signals may be in use for as long as the process lives, and
        # Node.js unloads what only workers had.
        ["OS=='linux'", { "ldflags": ["-Wl,-z,nodelete"] }],
        # Headers of Node.js 20 do not keep Windows from defining min and max.
        ["OS=='win'", { "defines": ["NOMINMAX"] }],
        ["inject_faults==1", { "defines": ["OX_PROFILE_INJECT_FAULTS"] }],
        # Prebuilt addons bring their own libstdc++ and keep it to themselves, so
        # that they run where only an older one is installed. Elsewhere there may
        # be no static one to link. What of it is not used is left out, as some
        # of that wants a newer libc.
        ["OS=='linux' and static_libstdcxx==1", {
          "ldflags": ["-static-libstdc++", "-Wl,--exclude-libs,ALL", "-Wl,--gc-sections"]
        }],
        # For scripts/sanitize.mjs.
        ["sanitize!=''", {
          "cflags": ["-fsanitize=<(sanitize)", "-fno-sanitize-recover=all", "-g", "-O1"],
          "cflags_cc": ["-D_GLIBCXX_ASSERTIONS"],
          "ldflags": ["-fsanitize=<(sanitize)"],
          "configurations": { "Release": { "cflags!": ["-O3"] } }
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
          "AdditionalOptions": ["/std:c++20", "/Zc:__cplusplus"]
        }
      }
    }
  ]
}
