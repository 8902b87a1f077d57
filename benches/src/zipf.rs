//! Ranks of which the first come up most: by the generator of Gray, Sundaresan, Englert, Baclawski and Weinberger,
//! "Quickly Generating Billion-Record Synthetic Databases" (SIGMOD 1994), as YCSB has it in its `ZipfianGenerator`.

use crate::rows::Random;

/// That of YCSB.
const THETA: f64 = 0.99;

/// The rank `k`, counted from 0, comes up as often as `1 / (k + 1)^THETA` says, nearly: the first two do exactly, and the
/// others follow a curve in place of steps.
pub(crate) struct Zipf {
    ranks: f64,
    /// The sum of all weights.
    zeta: f64,
    eta: f64,
}

impl Zipf {
    /// Of so many ranks, at least two.
    pub(crate) fn new(ranks: u64) -> Self {
        let zeta = zeta(ranks);
        let eta = (1.0 - (2.0 / ranks as f64).powf(1.0 - THETA)) / (1.0 - zeta_of_two() / zeta);
        Self { ranks: ranks as f64, zeta, eta }
    }

    pub(crate) fn rank(&self, random: &mut Random) -> u64 {
        let even = random.fraction();
        let weight = even * self.zeta;
        if weight < 1.0 {
            return 0;
        }
        if weight < zeta_of_two() {
            return 1;
        }
        let curve = (self.eta * even - self.eta + 1.0).powf(1.0 / (1.0 - THETA));
        ((self.ranks * curve) as u64).min(self.ranks as u64 - 1)
    }
}

fn zeta(ranks: u64) -> f64 {
    (1..=ranks).map(|place| (place as f64).powf(-THETA)).sum()
}

fn zeta_of_two() -> f64 {
    zeta(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_come_up_as_often_as_they_weigh() {
        const DRAWS: u64 = 400_000;
        for ranks in [1_000, 100_000] {
            let (zipf, mut random) = (Zipf::new(ranks), Random(0x21BF));
            let mut drawn = vec![0_u64; ranks as usize];
            for _ in 0..DRAWS {
                drawn[zipf.rank(&mut random) as usize] += 1;
            }
            // The first ranks alone, and of the first tenth and half how much they have together.
            for (first, tolerance) in
                [(1, 0.02), (2, 0.02), (ranks / 10, 0.03), (ranks / 2, 0.01), (ranks, 0.0)]
            {
                let share = drawn[..first as usize].iter().sum::<u64>() as f64 / DRAWS as f64;
                let expected = zeta(first) / zeta(ranks);
                let off = (share / expected - 1.0).abs();
                assert!(off <= tolerance, "the first {first} of {ranks}: {share:.4}, not {expected:.4}");
            }
        }
    }
}
