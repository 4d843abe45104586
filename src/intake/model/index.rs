//! Finds a hash among many: first a bit that says whether it may be there, then the few that begin alike.

/// A bit for each value of the highest bits says whether a key begins so.
const SIEVE_BITS: u32 = 19;
/// Keys are found by their highest bits.
const BUCKET_BITS: u32 = 14;

/// Rising keys, ready to be looked up.
pub(super) struct Index {
    keys: Vec<u32>,
    sieve: Vec<u64>,
    /// For the highest bits of a key, the first that may be it.
    buckets: Vec<u32>,
}

impl Index {
    /// None where the keys don't rise.
    pub(super) fn new(keys: Vec<u32>) -> Option<Self> {
        let rising = keys.windows(2).all(|pair| pair[0] < pair[1]);
        if !rising {
            return None;
        }
        let mut sieve = vec![0_u64; 1 << (SIEVE_BITS - 6)];
        let mut buckets = vec![0_u32; (1 << BUCKET_BITS) + 1];
        for key in &keys {
            let (word, bit) = sieved(*key);
            sieve[word] |= bit;
            buckets[bucket(*key) + 1] += 1;
        }
        for at in 1..buckets.len() {
            buckets[at] += buckets[at - 1];
        }
        Some(Self {
            keys,
            sieve,
            buckets,
        })
    }

    /// The place of a key.
    pub(super) fn find(&self, key: u32) -> Option<usize> {
        let (word, bit) = sieved(key);
        if self.sieve[word] & bit == 0 {
            return None;
        }
        let bucket = bucket(key);
        let (start, end) = (self.buckets[bucket], self.buckets[bucket + 1]);
        let place = self.keys[start as usize..end as usize]
            .iter()
            .position(|known| *known == key)?;
        Some(start as usize + place)
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }
}

fn sieved(key: u32) -> (usize, u64) {
    let bit = key >> (32 - SIEVE_BITS);
    ((bit / 64) as usize, 1 << (bit % 64))
}

fn bucket(key: u32) -> usize {
    (key >> (32 - BUCKET_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_and_no_other() {
        let keys: Vec<u32> = (0..5000_u32).map(|n| n * 858_993 + n % 7).collect();
        let index = Index::new(keys.clone()).expect("rising keys");
        for (place, key) in keys.iter().enumerate() {
            assert_eq!(index.find(*key), Some(place));
            assert_eq!(index.find(key + 10), None);
        }
        assert_eq!(index.find(u32::MAX), None);
        assert!(Index::new(vec![2, 2]).is_none());
        assert_eq!(Index::new(Vec::new()).expect("no keys").find(0), None);
    }
}
