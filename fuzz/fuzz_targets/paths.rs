//! libFuzzer on the target `paths` (see `minisync_testkit::fuzz`).
#![no_main]
#![deny(unsafe_code, reason = "the entry points that libFuzzer calls are made by macros")]

use minisync_testkit::fuzz::Target;

libfuzzer_sys::fuzz_target!(|input: &[u8]| minisync_fuzz::run(Target::Paths, input));
