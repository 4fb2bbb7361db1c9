//! libFuzzer on the target `version1` (see `minisync_testkit::fuzz`).
#![no_main]
#![deny(unsafe_code, reason = "the entry points that libFuzzer calls are made by macros")]

use minisync_testkit::fuzz::Target;

libfuzzer_sys::fuzz_target!(|input: &[u8]| minisync_fuzz::run(Target::Version1, input));
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    minisync_fuzz::change(data, size, max_size, seed)
});
