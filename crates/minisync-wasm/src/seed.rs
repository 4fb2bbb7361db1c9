//! Randomness for ids, all of it derived from what the host handed in once.

use minisync::Random;

/// 128 random bits, and how much was derived from them already.
#[derive(Debug, Clone)]
pub(crate) struct Seed {
    bytes: [u8; 16],
    /// Each source that is made from the seed has a number of its own, so that no two give the same.
    sources: u64,
}

/// A source of random bytes: hashes of the seed, the source's number and a counter.
#[derive(Debug)]
pub(crate) struct Source {
    seed: Seed,
    count: u64,
}

impl Seed {
    pub(crate) fn new(words: [u32; 4]) -> Seed {
        let mut bytes = [0; 16];
        for (place, word) in bytes.chunks_exact_mut(4).zip(words) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        Seed { bytes, sources: 0 }
    }

    /// A source that gives other bytes than those before it.
    pub(crate) fn source(&mut self) -> Source {
        self.sources += 1;
        Source { seed: self.clone(), count: 0 }
    }
}

impl Random for Source {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(blake3::OUT_LEN) {
            self.count += 1;
            let mut hasher = blake3::Hasher::new();
            hasher.update(&self.seed.bytes);
            hasher.update(&self.seed.sources.to_le_bytes());
            hasher.update(&self.count.to_le_bytes());
            chunk.copy_from_slice(&hasher.finalize().as_bytes()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_sources_are_the_same_and_each_goes_on() {
        let mut seed = Seed::new([1, 2, 3, 4]);
        let take = |source: &mut Source| {
            let mut bytes = [0; 20];
            source.fill(&mut bytes);
            bytes
        };
        let (mut first, mut second) = (seed.source(), seed.source());
        let all = [take(&mut first), take(&mut first), take(&mut second)];
        assert!(all[0] != all[1] && all[0] != all[2] && all[1] != all[2]);
        assert_ne!(take(&mut Seed::new([1, 2, 3, 5]).source()), all[0]);
        assert_eq!(take(&mut Seed::new([1, 2, 3, 4]).source()), all[0]);
    }
}
