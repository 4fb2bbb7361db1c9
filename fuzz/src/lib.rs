//! What the programs in `fuzz_targets` have in common: a finding stops the program, and every other mutation
//! keeps the input near to what is valid. Knows no target.
#![forbid(unsafe_code)]

use minisync_testkit::fuzz::{Target, mutate};

/// Hands an input to a target.
///
/// # Panics
/// Where the target finds something: that is how libFuzzer learns of it.
#[expect(clippy::panic, reason = "libFuzzer keeps the input of a program that stops")]
pub fn run(target: Target, input: &[u8]) {
    if let Err(finding) = target.run(input) {
        panic!("{}: {finding}", target.name());
    }
}

/// A change to lines of JSON, or, in a third of the cases and where the input is none, to any bytes. The new
/// length of what is in `data`.
pub fn change(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let lines = data.get(..size).and_then(|data| std::str::from_utf8(data).ok());
    let mutated = lines.filter(|_| !seed.is_multiple_of(3)).and_then(|text| mutate(text, u64::from(seed)));
    match mutated {
        Some(text) if text.len() <= max_size && text.len() <= data.len() => {
            data[..text.len()].copy_from_slice(text.as_bytes());
            text.len()
        }
        _ => libfuzzer_sys::fuzzer_mutate(data, size, max_size),
    }
}
