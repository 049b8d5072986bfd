//! The arguments of an annotated function, kept for the next attempt.

/// Arguments that are cloned for an attempt while another may follow, and moved into the last.
#[derive(Debug)]
pub struct Args<A>(Option<A>);

impl<A> Args<A> {
    /// Keeps the arguments.
    #[inline]
    pub const fn new(args: A) -> Self {
        Self(Some(args))
    }

    /// The arguments of the next attempt.
    ///
    /// # Panics
    ///
    /// If the attempt after the last one asks: the loop ends there.
    #[inline]
    pub fn next(&mut self, more: bool, clone: impl FnOnce(&A) -> A) -> A {
        let args = if more {
            self.0.as_ref().map(clone)
        } else {
            self.0.take()
        };
        match args {
            Some(args) => args,
            None => spent(),
        }
    }
}

/// The arguments of one attempt, handed over as a whole: not `Copy`, so that the future of the
/// attempt takes it along even where each of them is.
#[derive(Debug)]
pub struct Given<A>(A);

impl<A> Given<A> {
    /// Holds the arguments.
    #[inline]
    pub const fn new(args: A) -> Self {
        Self(args)
    }

    /// The arguments.
    #[inline]
    pub fn take(self) -> A {
        self.0
    }
}

#[cold]
#[allow(clippy::panic, reason = "the loop cannot go on after its last attempt")]
fn spent() -> ! {
    panic!("an attempt follows the last one")
}

/// One argument, cloned for another attempt.
#[inline]
pub fn argument<T: Argument>(argument: &T) -> T {
    argument.for_another_attempt()
}

/// An argument that can be handed to more than one attempt.
#[diagnostic::on_unimplemented(
    message = "R050: `{Self}` cannot be handed to a second attempt",
    label = "this argument needs `Clone`: each attempt gets its own",
    note = "derive `Clone`, take it by reference, or share it in an `Arc`"
)]
pub trait Argument: Sized {
    /// A copy for the next attempt.
    fn for_another_attempt(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> Argument for T {
    #[inline]
    fn for_another_attempt(&self) -> Self {
        self.clone()
    }
}
