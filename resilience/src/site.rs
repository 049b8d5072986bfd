//! The place in the source that an annotated function stands for.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// An annotated function: its name and where it stands.
///
/// The macro writes one `static` of this type into every annotated function. Its name is
/// `module::function` unless an attribute says `name = "…"`.
#[derive(Debug)]
pub struct Site {
    name: &'static str,
    function: &'static str,
    file: &'static str,
    line: u32,
    outside_saga: AtomicU64,
}

impl Site {
    /// A site, as the macro writes it.
    #[must_use]
    pub const fn new(
        name: &'static str,
        function: &'static str,
        file: &'static str,
        line: u32,
    ) -> Self {
        Self {
            name,
            function,
            file,
            line,
            outside_saga: AtomicU64::new(0),
        }
    }

    /// The name in events and rejections.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The bare name of the function.
    #[must_use]
    pub const fn function(&self) -> &'static str {
        self.function
    }

    /// The source file.
    #[must_use]
    pub const fn file(&self) -> &'static str {
        self.file
    }

    /// The line of the outermost attribute.
    #[must_use]
    pub const fn line(&self) -> u32 {
        self.line
    }

    /// How often it ran as a step outside every saga, so that nothing could undo it.
    #[must_use]
    pub fn outside_saga(&self) -> u64 {
        self.outside_saga.load(Relaxed)
    }

    /// Counts one such call; `true` for the first.
    pub(crate) fn count_outside_saga(&self) -> bool {
        self.outside_saga.fetch_add(1, Relaxed) == 0
    }
}
