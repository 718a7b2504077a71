//! The allocator of a guest that lives for one call: memory is handed out from one end to the other and
//! goes back to the host as a whole when the call is over. Freeing does nothing, but for the last block,
//! which costs no more than a comparison and keeps loops over temporary strings from piling them up.
//!
//! Rust's own allocator asks the host for pages in every fresh instance, which costs more than a small
//! call does. Here the first [`RESERVED`] bytes are part of the module's memory from the start.

/// Bytes that need no growing. They are zeroes that no file holds, and pages that a call doesn't touch
/// cost nothing.
const RESERVED: usize = 1 << 20;

/// Where the next block goes. Only arithmetic on addresses: nothing here touches memory.
struct Bump {
    next: usize,
    end: usize,
}

impl Bump {
    const fn new(start: usize, end: usize) -> Self {
        Self { next: start, end }
    }

    /// The address of a new block, or `None` when the region is full. `align` is a power of two.
    fn allocate(&mut self, size: usize, align: usize) -> Option<usize> {
        let start = self.next.checked_add(align - 1)? & !(align - 1);
        let next = start.checked_add(size)?;
        if next > self.end {
            return None;
        }
        self.next = next;
        Some(start)
    }

    /// Makes a block longer or shorter where it lies; says whether it could. Shortening always works,
    /// but only the last block gives back what it no longer needs.
    fn resize(&mut self, start: usize, old_size: usize, new_size: usize) -> bool {
        if start + old_size != self.next {
            return new_size <= old_size;
        }
        match start.checked_add(new_size) {
            Some(next) if next <= self.end => {
                self.next = next;
                true
            }
            _ => false,
        }
    }

    /// Takes in a new region. If it begins where the old one ends they are one; otherwise what was left
    /// of the old one stays unused.
    fn extend(&mut self, start: usize, end: usize) {
        if start != self.end {
            self.next = start;
        }
        self.end = end;
    }
}

#[cfg(target_arch = "wasm32")]
#[expect(unsafe_code, reason = "an allocator can't be written without; each block says why it is sound")]
mod global {
    use super::{Bump, RESERVED};
    use core::alloc::{GlobalAlloc, Layout};
    use core::arch::wasm32::memory_grow;
    use core::cell::UnsafeCell;
    use core::ptr;

    #[cfg(target_feature = "atomics")]
    compile_error!("the arena is for guests without threads: leave out hospes-sdk's feature `arena`");

    const PAGE: usize = 1 << 16;

    #[repr(align(16))]
    struct Reserve(UnsafeCell<[u8; RESERVED]>);

    // SAFETY: a guest without the `atomics` feature, as checked above, has one thread.
    unsafe impl Sync for Reserve {}

    static RESERVE: Reserve = Reserve(UnsafeCell::new([0; RESERVED]));

    struct Arena(UnsafeCell<Option<Bump>>);

    // SAFETY: as for `Reserve`.
    unsafe impl Sync for Arena {}

    #[global_allocator]
    static ARENA: Arena = Arena(UnsafeCell::new(None));

    impl Arena {
        /// Runs `f` on the arena's state, which begins with the reserve.
        fn with<T>(&self, f: impl FnOnce(&mut Bump) -> T) -> T {
            // SAFETY: there is one thread, and `f` is always one of the closures below, none of which
            // allocates; so no second reference to the state exists while this one does.
            let state = unsafe { &mut *self.0.get() };
            f(state.get_or_insert_with(|| {
                let start = RESERVE.0.get() as usize;
                Bump::new(start, start + RESERVED)
            }))
        }
    }

    /// Asks the host for pages: as many as the reserve has, or only what is needed when that is refused.
    fn grow(bump: &mut Bump, needed: usize) -> Option<()> {
        let needed = needed.div_ceil(PAGE);
        [needed.max(RESERVED / PAGE), needed].into_iter().find_map(|pages| {
            let before = memory_grow::<0>(pages);
            if before == usize::MAX {
                return None;
            }
            bump.extend(before * PAGE, (before + pages) * PAGE);
            Some(())
        })
    }

    // SAFETY: blocks are aligned as asked, lie in the reserve or in pages that the host has given, and
    // never overlap one that is in use, because `Bump` only moves back over the end of the last block,
    // which its owner is giving up. `alloc` reports exhaustion by a null pointer and nothing unwinds.
    unsafe impl GlobalAlloc for Arena {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            self.with(|bump| {
                let (size, align) = (layout.size(), layout.align());
                bump.allocate(size, align)
                    .or_else(|| {
                        grow(bump, size.checked_add(align)?)?;
                        bump.allocate(size, align)
                    })
                    .map_or(ptr::null_mut(), ptr::with_exposed_provenance_mut)
            })
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            self.with(|bump| bump.resize(block as usize, layout.size(), 0));
        }

        unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
            if self.with(|bump| bump.resize(block as usize, layout.size(), new_size)) {
                return block;
            }
            // SAFETY: the caller promises that `new_size`, rounded up to the alignment, doesn't overflow.
            let layout_wanted = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
            // SAFETY: `new_size` isn't zero, as the caller promises.
            let moved = unsafe { self.alloc(layout_wanted) };
            if !moved.is_null() {
                // SAFETY: `resize` refuses only to grow, so `layout.size()` bytes fit; the new block is
                // outside the old one.
                unsafe { ptr::copy_nonoverlapping(block, moved, layout.size()) };
            }
            moved
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bump, RESERVED};

    #[test]
    fn blocks_are_aligned_and_do_not_overlap() {
        let mut bump = Bump::new(3, RESERVED);
        let mut end = 3;
        for (size, align) in [(1, 1), (8, 8), (3, 2), (64, 64), (1, 1), (16, 4096)] {
            let start = bump.allocate(size, align).unwrap();
            assert_eq!(start % align, 0);
            assert!(start >= end, "{start} begins in the block before, which ends at {end}");
            end = start + size;
        }
    }

    #[test]
    fn a_full_region_refuses_and_stays_usable() {
        let mut bump = Bump::new(0, 100);
        assert_eq!(bump.allocate(101, 1), None);
        assert_eq!(bump.allocate(usize::MAX, 16), None);
        assert_eq!(bump.allocate(100, 1), Some(0));
        assert_eq!(bump.allocate(1, 1), None);
    }

    #[test]
    fn the_last_block_grows_and_shrinks_in_place() {
        let mut bump = Bump::new(0, 100);
        let start = bump.allocate(10, 1).unwrap();
        assert!(bump.resize(start, 10, 90));
        assert!(!bump.resize(start, 90, 101));
        assert!(bump.resize(start, 90, 20));
        assert_eq!(bump.allocate(80, 1), Some(20));
    }

    #[test]
    fn a_last_block_that_is_given_up_leaves_its_place() {
        let mut bump = Bump::new(0, 100);
        let kept = bump.allocate(10, 1).unwrap();
        for _ in 0..100 {
            let start = bump.allocate(60, 1).unwrap();
            assert!(start >= kept + 10);
            assert!(bump.resize(start, 60, 0));
        }
    }

    #[test]
    fn an_earlier_block_shrinks_but_never_grows_into_the_next() {
        let mut bump = Bump::new(0, 100);
        let start = bump.allocate(10, 1).unwrap();
        let next = bump.allocate(10, 1).unwrap();
        assert!(!bump.resize(start, 10, 11));
        assert!(bump.resize(start, 10, 5));
        assert_eq!(bump.allocate(1, 1), Some(next + 10));
    }

    #[test]
    fn a_region_that_adjoins_continues_and_another_starts_afresh() {
        let mut bump = Bump::new(0, 100);
        bump.allocate(90, 1).unwrap();
        bump.extend(100, 200);
        assert_eq!(bump.allocate(50, 1), Some(90));
        bump.extend(1000, 1100);
        assert_eq!(bump.allocate(100, 1), Some(1000));
        assert_eq!(bump.allocate(1, 1), None);
    }
}
