//! `wasi:random`: the same bytes as `hospes:plugin/random` gives, so that a replay shows the guest the same.

use wasmtime::Result;
use wasmtime_wasi::p2::bindings::random::{insecure, insecure_seed, random};

use super::SystemView;

impl SystemView<'_> {
    fn random_u64(&mut self) -> u64 {
        self.call.random_bytes(8).iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

impl random::Host for SystemView<'_> {
    fn get_random_bytes(&mut self, length: u64) -> Result<Vec<u8>> {
        Ok(self.call.random_bytes(length))
    }

    fn get_random_u64(&mut self) -> Result<u64> {
        Ok(self.random_u64())
    }
}

impl insecure::Host for SystemView<'_> {
    fn get_insecure_random_bytes(&mut self, length: u64) -> Result<Vec<u8>> {
        Ok(self.call.random_bytes(length))
    }

    fn get_insecure_random_u64(&mut self) -> Result<u64> {
        Ok(self.random_u64())
    }
}

impl insecure_seed::Host for SystemView<'_> {
    fn insecure_seed(&mut self) -> Result<(u64, u64)> {
        Ok((self.random_u64(), self.random_u64()))
    }
}
