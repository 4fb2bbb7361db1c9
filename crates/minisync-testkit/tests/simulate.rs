//! Some thousand simulated runs (some hundred in a debug build). `MINISYNC_SEED=n` replays one.

use std::env;

use minisync_testkit::{
    script::Script,
    simulate::{Simulation, explain},
    world::{Trace, run},
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
        let script = Script::random(seed).with_javascript(seed, seed % 3 * 40);
        assert_eq!(script.to_string().parse(), Ok(script), "seed {seed}");
    }
}

#[expect(clippy::expect_used, clippy::panic, reason = "a test that fails panics")]
fn converges(script: &str) {
    let script: Script = script.parse().expect("it is a script");
    run(&script, &mut Trace::default()).unwrap_or_else(|failure| panic!("{failure}"));
}

/// The first update overwrites `true` and appends a list, or else deletes and inserts: the oracle cannot tell
/// which, and taints `l`. The second one writes `l[0].a`, which therefore is not logged. The oracle used to
/// go by the outdated log all the same, and found fault with the third update.
#[test]
fn below_a_list_that_cannot_be_told_nothing_is_judged() {
    converges(
        r#"start {"a":{"a.[":{},"c":7},"l":[{"c":4,"a":4},[null,9,8],true]}
clients 0 0 0 0 0
c4 update 3 868038
c4 update 3 986350
c4 update 4 202323"#,
    );
}

/// The first update taints `a.b`. The last one moves an element there and overwrites one in `l`: two stamps,
/// which the oracle used to take for a deletion and an insertion in `l`, so that it missed an element when
/// another client had cleared that list.
#[test]
fn stamps_that_an_update_took_in_a_tainted_list_tell_nothing_of_others() {
    converges(
        r#"start {"a":{"b":[1,-2.75,true]},"l":[{"a":18446744073709551615,"c":18446744073709551615,"":9223372036854775807,"id":4},18446744073709551615,0,{}]}
clients 0 0 0
c2 update 2 116617
c2 set 2 3 0
c2 insert 1 0 1
c2 move 1 0 2
c1 update 0 608161
c1 clear 0
c2 update 0 541953"#,
    );
}
