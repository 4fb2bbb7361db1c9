//! Cuts a failing script down to a short one that still fails: first whole stretches of steps, then
//! single ones (delta debugging, Zeller and Hildebrandt), then values and choice numbers.

use serde_json::{Value, json};

use super::{Script, Step};

/// The shortest script found that still `fails`. Tries at most `budget` scripts.
pub fn shrink(script: &Script, budget: usize, fails: impl FnMut(&Script) -> bool) -> Script {
    let mut shrinker = Shrinker { best: script.clone(), left: budget, fails };
    loop {
        let before = shrinker.best.clone();
        shrinker.drop_steps();
        shrinker.drop_javascript();
        shrinker.drop_edits();
        shrinker.simplify_start();
        shrinker.simplify_steps();
        if shrinker.left == 0 || shrinker.best == before {
            return shrinker.best;
        }
    }
}

struct Shrinker<F> {
    best: Script,
    left: usize,
    fails: F,
}

impl<F: FnMut(&Script) -> bool> Shrinker<F> {
    fn accepts(&mut self, candidate: Script) -> bool {
        if self.left == 0 || candidate == self.best {
            return false;
        }
        self.left -= 1;
        let accepted = (self.fails)(&candidate);
        if accepted {
            self.best = candidate;
        }
        accepted
    }

    fn drop_steps(&mut self) {
        let mut chunk = self.best.steps.len().div_ceil(2);
        while chunk > 0 {
            let mut end = self.best.steps.len();
            while end > 0 {
                let start = end.saturating_sub(chunk);
                let mut candidate = self.best.clone();
                candidate.steps.drain(start..end);
                self.accepts(candidate);
                end = start;
            }
            chunk /= 2;
        }
    }

    /// Makes documents of the core of those of the npm package.
    fn drop_javascript(&mut self) {
        for client in self.best.javascript.clone() {
            let mut candidate = self.best.clone();
            candidate.javascript.remove(&client);
            self.accepts(candidate);
        }
    }

    /// Takes edits out of transactions, and makes a transaction of one edit a plain edit.
    fn drop_edits(&mut self) {
        for index in 0..self.best.steps.len() {
            let mut at = 0;
            while let Step::Transact { client, edits, fails } = &self.best.steps[index] {
                let (client, plain) = (*client, edits.clone());
                if let ([edit], false) = (plain.as_slice(), *fails) {
                    let plain = Step::Edit { client, edit: edit.clone() };
                    self.try_step(index, plain);
                    break;
                }
                let mut fewer = self.best.steps[index].clone();
                if let Step::Transact { edits, .. } = &mut fewer {
                    if at >= edits.len() {
                        break;
                    }
                    edits.remove(at);
                }
                if !self.try_step(index, fewer) {
                    at += 1;
                }
            }
        }
    }

    fn try_step(&mut self, index: usize, step: Step) -> bool {
        let mut candidate = self.best.clone();
        candidate.steps[index] = step;
        self.accepts(candidate)
    }

    fn simplify_start(&mut self) {
        for start in simpler(&self.best.start).into_iter().filter(Value::is_object) {
            let candidate = Script { start, ..self.best.clone() };
            self.accepts(candidate);
        }
        for index in (0..self.best.skews.len()).rev() {
            let mut candidate = self.best.clone();
            candidate.skews[index] = 0;
            self.accepts(candidate);
        }
        while self.best.skews.len() > 1 {
            let mut candidate = self.best.clone();
            candidate.skews.pop();
            if !self.accepts(candidate) {
                break;
            }
        }
    }

    fn simplify_steps(&mut self) {
        for index in 0..self.best.steps.len() {
            let edits = self.best.steps[index].edits_mut().len();
            for edit in 0..edits {
                self.simplify_values(index, edit);
                self.simplify_choices(index, edit);
            }
        }
    }

    fn simplify_values(&mut self, index: usize, edit: usize) {
        for at in 0..self.best.steps[index].edits_mut()[edit].values_mut().len() {
            let value = self.best.steps[index].edits_mut()[edit].values_mut()[at].clone();
            for simple in simpler(&value) {
                let mut step = self.best.steps[index].clone();
                step.edits_mut()[edit].values_mut()[at] = simple;
                if self.try_step(index, step) {
                    break;
                }
            }
        }
    }

    fn simplify_choices(&mut self, index: usize, edit: usize) {
        for at in 0..self.best.steps[index].edits_mut()[edit].choices_mut().len() {
            for small in 0..4 {
                let mut step = self.best.steps[index].clone();
                let mut smaller = false;
                if let Some(choice) = step.edits_mut()[edit].choices_mut().get_mut(at) {
                    smaller = small < **choice;
                    **choice = small;
                }
                if !smaller || self.try_step(index, step) {
                    break;
                }
            }
        }
    }
}

/// Simpler values to try instead, the simplest first.
fn simpler(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => {
            let mut out = vec![json!(0), json!([])];
            out.extend((0..items.len()).map(|at| {
                let mut fewer = items.clone();
                fewer.remove(at);
                Value::Array(fewer)
            }));
            out
        }
        Value::Object(entries) => {
            let mut out = vec![json!(0), json!({})];
            out.extend(entries.keys().map(|key| {
                let mut fewer = entries.clone();
                fewer.shift_remove(key);
                Value::Object(fewer)
            }));
            out
        }
        Value::Number(number) if number.as_u64().is_some_and(|number| number < 10) => Vec::new(),
        _ => vec![json!(1)],
    }
}
