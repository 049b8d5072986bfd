//! The place in the source that an annotated function stands for.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

/// An annotated function: its name and where it stands.
///
/// The macro writes one `static` of this type into every annotated function. Its name is
/// `module::function` unless an attribute says `name = "…"`. Of two sites that would have the same
/// name, the one that is first talked about keeps it, and the other gets its line behind it.
#[derive(Debug)]
pub struct Site {
    written: &'static str,
    name: OnceLock<&'static str>,
    function: &'static str,
    file: &'static str,
    line: u32,
    retried: bool,
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
            written: name,
            name: OnceLock::new(),
            function,
            file,
            line,
            retried: false,
            outside_saga: AtomicU64::new(0),
        }
    }

    /// The site of a function with a `retry`.
    #[must_use]
    pub const fn with_retry(mut self) -> Self {
        self.retried = true;
        self
    }

    /// Whether the function has a `retry`.
    pub(crate) const fn has_retry(&self) -> bool {
        self.retried
    }

    /// The site of this name, where nothing is annotated. There are as many as the program has
    /// names.
    #[cfg(feature = "tower")]
    pub(crate) fn named(name: &'static str) -> &'static Self {
        static NAMED: Mutex<Vec<&Site>> = Mutex::new(Vec::new());
        let mut named = locked(&NAMED);
        if let Some(site) = named.iter().find(|site| site.written == name) {
            return site;
        }
        let site = Self::new(name, name, file!(), line!());
        let site: &'static Self = Box::leak(Box::new(site));
        named.push(site);
        site
    }

    /// The name in events and rejections.
    #[must_use]
    pub fn name(&'static self) -> &'static str {
        self.name.get_or_init(|| self.unique())
    }

    /// Takes a name that no other site has. As many are taken as the program has sites.
    #[cold]
    #[inline(never)]
    fn unique(&self) -> &'static str {
        static TAKEN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
        let mut taken = locked(&TAKEN);
        if taken.insert(self.written) {
            return self.written;
        }
        // A macro may make several functions on one line.
        let line = std::iter::once(format!("{}:{}", self.written, self.line));
        let more = (2_u32..).map(|n| format!("{}:{}#{n}", self.written, self.line));
        let free = line.chain(more).find(|name| !taken.contains(name.as_str()));
        let name: &'static str = free.map_or(self.written, |name| name.leak());
        taken.insert(name);
        name
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

/// The name of something that belongs to a site, or that the user has named.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Name {
    Given(&'static str),
    Of(&'static Site),
}

impl Name {
    pub(crate) fn get(self) -> &'static str {
        match self {
            Self::Given(name) => name,
            Self::Of(site) => site.name(),
        }
    }
}

/// The lock of a list that a panic cannot leave half-written.
pub(crate) fn locked<T>(list: &Mutex<T>) -> MutexGuard<'_, T> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::Site;

    #[test]
    fn names_are_unique() {
        static ONE: Site = Site::new("site::tests::f", "f", "a.rs", 3);
        static TWO: Site = Site::new("site::tests::f", "f", "a.rs", 9);
        static THREE: Site = Site::new("site::tests::f", "f", "a.rs", 9);
        assert_eq!(ONE.name(), "site::tests::f");
        assert_eq!(TWO.name(), "site::tests::f:9");
        assert_eq!(THREE.name(), "site::tests::f:9#2");
        assert_eq!(ONE.name(), "site::tests::f");
    }
}
