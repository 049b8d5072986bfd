//! State in a `static` whose type only an instance of a generic function knows.

use std::{any::Any, fmt, marker::PhantomData, sync::OnceLock};

/// One state for each instance of a function.
///
/// The `static` of a generic function is one for all of its instances, and cannot name their
/// types. Each instance marks itself by a closure of its own: closures are generic over all that
/// their function is, so no two instances have one type. A function that is not generic has one
/// instance, which is the first; the list grows by the instances of the program text.
#[derive(Default)]
pub(crate) struct Instances {
    first: OnceLock<Box<dyn Any + Send + Sync>>,
    more: OnceLock<Box<Instances>>,
}

/// The state of the instance with this mark.
struct Marked<M, S> {
    state: S,
    mark: PhantomData<fn(M)>,
}

impl Instances {
    pub(crate) const fn new() -> Self {
        Self {
            first: OnceLock::new(),
            more: OnceLock::new(),
        }
    }

    /// The state of the instance whose mark is an `M`; the first call makes it.
    #[inline]
    pub(crate) fn of<M: 'static, S: Any + Send + Sync>(
        &'static self,
        make: impl Fn() -> S,
    ) -> &'static S {
        let mut list = self;
        loop {
            let first = list.first.get_or_init(|| {
                Box::new(Marked {
                    state: make(),
                    mark: PhantomData::<fn(M)>,
                })
            });
            if let Some(Marked { state, .. }) = first.downcast_ref::<Marked<M, S>>() {
                return state;
            }
            list = list.more.get_or_init(Box::default);
        }
    }
}

impl fmt::Debug for Instances {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Instances")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(
        clippy::extra_unused_type_parameters,
        reason = "what the mark is generic over"
    )]
    fn counter<T>(instances: &'static Instances) -> &'static str {
        let mark = || ();
        marked(instances, mark)
    }

    fn marked<M: 'static>(instances: &'static Instances, _: M) -> &'static String {
        instances.of::<M, String>(|| std::any::type_name::<M>().to_owned())
    }

    #[test]
    fn each_instance_of_a_function_has_its_own_and_keeps_it() {
        static ALL: Instances = Instances::new();
        let (one, two) = (counter::<u8>(&ALL), counter::<&str>(&ALL));
        assert!(!std::ptr::eq(one, two));
        assert!(std::ptr::eq(one, counter::<u8>(&ALL)));
        assert!(std::ptr::eq(two, counter::<&str>(&ALL)));
    }
}
