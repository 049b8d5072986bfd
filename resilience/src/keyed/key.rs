//! From a `key` expression to something that can be looked up borrowed and kept owned.
//!
//! The macro writes, for `key = EXPR`:
//!
//! ```text
//! use ::resilience::__private::{KeyByClone as _, KeyByPart as _, KeyByRef as _};
//! KEYS.at(&(&&&::resilience::__private::KeyOf(&(EXPR))).pick())
//! ```
//!
//! The expression is only borrowed, so an argument can be the key without being moved. Method
//! resolution picks the first of the three traits that fits; lifetimes play no part in that, so
//! the ones that peel references off come first.

use std::{
    any::Any,
    borrow::Borrow,
    fmt::{self, Debug, Write as _},
    hash::{Hash, Hasher},
};

use crate::glue::Nobody;

/// So many characters of a key are shown to operators.
const TEXT_MAX: usize = 64;

/// A borrowed key.
pub trait Key {
    /// Hashes it as its owned form would.
    fn hash_into<H: Hasher>(&self, state: &mut H);
    /// Whether this is the key that was kept.
    fn matches(&self, owned: &(dyn Any + Send + Sync)) -> bool;
    /// The form that is kept.
    fn to_owned_key(&self) -> Box<dyn Any + Send + Sync>;
    /// What operators see.
    fn text(&self) -> Box<str>;
}

/// The value of a `key` expression.
#[derive(Debug)]
pub struct KeyOf<'k, T: ?Sized>(pub &'k T);

/// First choice: text, numbers, and references, tuples and options of them.
pub trait KeyByPart {
    /// The key.
    type Picked: Key;
    /// Picks it.
    fn pick(&self) -> Self::Picked;
}

/// Second choice: a reference to something that can be made owned.
pub trait KeyByRef {
    /// The key.
    type Picked: Key;
    /// Picks it.
    fn pick(&self) -> Self::Picked;
}

/// Third choice: a value that can be cloned. Chosen for all that is left, so that what is no key
/// is one error.
pub trait KeyByClone<'k, T> {
    /// Picks it.
    fn pick<P>(&self) -> P
    where
        T: Keyable<'k, P>;
}

/// A value that can be looked up, and kept. A parameter, not an associated type: where there is
/// none, that is one error and not two.
#[diagnostic::on_unimplemented(
    message = "R058: `{Self}` is no key",
    label = "state cannot be kept under this",
    note = "a key is `Hash + Eq + Debug + Clone + Send + Sync + 'static`, or a reference to that: derive what is missing, or write a field that is one"
)]
pub trait Keyable<'k, P> {
    /// The key.
    fn picked(&'k self) -> P;
}

#[diagnostic::do_not_recommend]
impl<'k, T> Keyable<'k, RefKey<'k, T>> for T
where
    T: Clone + Hash + Eq + Debug + Send + Sync + 'static,
{
    #[inline]
    fn picked(&'k self) -> RefKey<'k, T> {
        RefKey(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Nobody> Keyable<'_, ()> for T {
    fn picked(&self) {}
}

impl<'k, T: KeyPart> KeyByPart for &&KeyOf<'k, T> {
    type Picked = PartKey<'k, T>;

    #[inline]
    fn pick(&self) -> PartKey<'k, T> {
        PartKey(self.0)
    }
}

impl<'k, T> KeyByRef for &KeyOf<'k, &'k T>
where
    T: ToOwned<Owned: Borrow<T> + Any + Send + Sync> + Hash + Eq + Debug + ?Sized,
{
    type Picked = RefKey<'k, T>;

    #[inline]
    fn pick(&self) -> RefKey<'k, T> {
        RefKey(self.0)
    }
}

impl<'k, T> KeyByClone<'k, T> for KeyOf<'k, T> {
    #[inline]
    fn pick<P>(&self) -> P
    where
        T: Keyable<'k, P>,
    {
        self.0.picked()
    }
}

/// A key made of parts whose owned form is known.
#[derive(Debug)]
pub struct PartKey<'k, T>(&'k T);

impl<T: KeyPart> Key for PartKey<'_, T> {
    fn hash_into<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }

    fn matches(&self, owned: &(dyn Any + Send + Sync)) -> bool {
        owned.downcast_ref().is_some_and(|owned| self.0.is(owned))
    }

    fn to_owned_key(&self) -> Box<dyn Any + Send + Sync> {
        Box::new(self.0.own())
    }

    fn text(&self) -> Box<str> {
        text(&self.0)
    }
}

/// A key behind a reference.
#[derive(Debug)]
pub struct RefKey<'k, T: ?Sized>(&'k T);

impl<T> Key for RefKey<'_, T>
where
    T: ToOwned<Owned: Borrow<T> + Any + Send + Sync> + Hash + Eq + Debug + ?Sized,
{
    fn hash_into<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }

    fn matches(&self, owned: &(dyn Any + Send + Sync)) -> bool {
        owned
            .downcast_ref::<T::Owned>()
            .is_some_and(|owned| owned.borrow() == self.0)
    }

    fn to_owned_key(&self) -> Box<dyn Any + Send + Sync> {
        Box::new(self.0.to_owned())
    }

    fn text(&self) -> Box<str> {
        text(&self.0)
    }
}

/// A part of a key whose owned form is known.
pub trait KeyPart: Hash + Debug {
    /// What is kept.
    type Owned: Any + Send + Sync;
    /// Whether this is what was kept.
    fn is(&self, owned: &Self::Owned) -> bool;
    /// What to keep.
    fn own(&self) -> Self::Owned;
}

impl<P: KeyPart + ?Sized> KeyPart for &P {
    type Owned = P::Owned;

    fn is(&self, owned: &P::Owned) -> bool {
        (**self).is(owned)
    }

    fn own(&self) -> P::Owned {
        (**self).own()
    }
}

impl KeyPart for str {
    type Owned = String;

    fn is(&self, owned: &String) -> bool {
        self == owned
    }

    fn own(&self) -> String {
        self.to_owned()
    }
}

impl<P: KeyPart> KeyPart for Option<P> {
    type Owned = Option<P::Owned>;

    fn is(&self, owned: &Self::Owned) -> bool {
        match (self, owned) {
            (Some(part), Some(owned)) => part.is(owned),
            (None, None) => true,
            _ => false,
        }
    }

    fn own(&self) -> Self::Owned {
        self.as_ref().map(P::own)
    }
}

macro_rules! plain_parts {
    ($($part:ty)+) => {$(
        impl KeyPart for $part {
            type Owned = Self;

            fn is(&self, owned: &Self) -> bool {
                self == owned
            }

            fn own(&self) -> Self {
                self.clone()
            }
        }
    )+};
}
plain_parts!(String bool char u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

macro_rules! tuple_parts {
    ($($part:ident $owned:ident)+) => {
        impl<$($part: KeyPart),+> KeyPart for ($($part,)+) {
            type Owned = ($($part::Owned,)+);

            #[expect(non_snake_case, reason = "each part is called like its type")]
            fn is(&self, ($($owned,)+): &Self::Owned) -> bool {
                let ($($part,)+) = self;
                $($part.is($owned))&&+
            }

            #[expect(non_snake_case, reason = "each part is called like its type")]
            fn own(&self) -> Self::Owned {
                let ($($part,)+) = self;
                ($($part.own(),)+)
            }
        }
    };
}
tuple_parts!(A a);
tuple_parts!(A a B b);
tuple_parts!(A a B b C c);
tuple_parts!(A a B b C c D d);

/// The first characters of a key. A `Debug` that fails shows what it wrote until then.
fn text(key: &dyn Debug) -> Box<str> {
    let mut text = Truncated {
        text: String::new(),
        left: TEXT_MAX,
    };
    // An error means that the rest is cut off.
    let _ = write!(text, "{key:?}");
    text.text.into()
}

/// Stops the formatting of a large key early.
struct Truncated {
    text: String,
    left: usize,
}

impl fmt::Write for Truncated {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        for character in more.chars() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(character);
        }
        Ok(())
    }
}
