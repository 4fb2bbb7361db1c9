//! Some thousand simulated runs (some hundred in a debug build). `MINISYNC_SEED=n` replays one.
#![expect(clippy::panic, reason = "a test that fails panics")]

use std::env;

use minisync_testkit::{
    script::Script,
    simulate::{Simulation, explain},
};

#[test]
fn all_runs_converge() {
    let runs = if cfg!(debug_assertions) { 300 } else { 5000 };
    let seed = env::var("MINISYNC_SEED").ok().and_then(|seed| seed.parse().ok());
    let simulation = seed.map_or_else(|| Simulation::new(0, runs), |seed| Simulation::new(seed, 1));
    let outcome = simulation.carry_out(|_| {});
    if let Some((seed, failure)) = outcome.failures.first() {
        let seeds: Vec<u64> = outcome.failures.iter().map(|(seed, _)| *seed).collect();
        panic!(
            "the seeds {seeds:?} fail; replay the first with MINISYNC_SEED={seed}\n\n{}",
            explain(&Script::random(*seed), failure)
        );
    }
}

#[test]
fn a_script_is_what_its_text_says() {
    for seed in 0..500 {
        let script = Script::random(seed);
        assert_eq!(script.to_string().parse(), Ok(script), "seed {seed}");
    }
}
