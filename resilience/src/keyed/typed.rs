//! Keys of one known type: for layers that keep results, and whose users look them up again.
//!
//! The macro writes, for `key = EXPR`, and for each argument where no key is written:
//!
//! ```text
//! use ::resilience::__private::{PartByKind as _, PartByRef as _};
//! (&&&::resilience::__private::PartOf(&(EXPR))).pick()
//! ```
//!
//! As in [`KeyOf`](super::KeyOf), method resolution picks the first way that fits. The last one,
//! which is no trait's, takes everything: what it cannot keep is told in words.

use std::{
    any::Any,
    borrow::Borrow,
    fmt,
    hash::{Hash, Hasher},
};

use super::KeyPart;

/// A borrowed key, and what is kept of it.
pub trait TypedKey {
    /// What is kept.
    type Owned: Send + Sync + 'static;
    /// Hashes it as what is kept would be.
    fn hash_into<H: Hasher>(&self, state: &mut H);
    /// Whether this is what was kept.
    fn is(&self, owned: &Self::Owned) -> bool;
    /// What to keep.
    fn own(&self) -> Self::Owned;
}

/// The value of a `key` expression, or an argument.
#[derive(Debug)]
pub struct PartOf<'k, T: ?Sized>(pub &'k T);

/// First choice: text, numbers, and references, tuples and options of them.
pub trait PartByKind {
    /// The key.
    type Picked: TypedKey;
    /// Picks it.
    fn pick(&self) -> Self::Picked;
}

/// Second choice: a reference to something that can be made owned.
pub trait PartByRef {
    /// The key.
    type Picked: TypedKey;
    /// Picks it.
    fn pick(&self) -> Self::Picked;
}

impl<'k, T: KeyPart> PartByKind for &&PartOf<'k, T> {
    type Picked = Known<'k, T>;

    #[inline]
    fn pick(&self) -> Known<'k, T> {
        Known(self.0)
    }
}

impl<'k, T> PartByRef for &PartOf<'k, &'k T>
where
    T: ToOwned<Owned: Borrow<T> + Any + Send + Sync> + Hash + Eq + ?Sized,
{
    type Picked = Referred<'k, T>;

    #[inline]
    fn pick(&self) -> Referred<'k, T> {
        Referred(self.0)
    }
}

impl<'k, T> PartOf<'k, T> {
    /// Third choice: a value that can be cloned. What cannot is reported here and nowhere else.
    #[inline]
    #[must_use]
    pub fn pick(&self) -> Cloned<'k, T>
    where
        T: KeyValue,
    {
        Cloned {
            value: self.0,
            hash: |value, mut state| value.hash_value(&mut state),
            is: T::is_value,
            own: T::own_value,
        }
    }
}

/// A value that can be a key, or a part of one.
#[diagnostic::on_unimplemented(
    message = "R058: `{Self}` cannot be part of a key",
    label = "this is part of the key, which needs `Hash + Eq + Clone` (and `Send + Sync + 'static`)",
    note = "derive `Hash`, `PartialEq`, `Eq` and `Clone` for it, or write `key = …` with what tells the calls apart"
)]
pub trait KeyValue: Sized + Send + Sync + 'static {
    /// Hashes it.
    fn hash_value<H: Hasher>(&self, state: &mut H);
    /// Whether both are one key.
    fn is_value(&self, other: &Self) -> bool;
    /// A copy to keep.
    #[must_use]
    fn own_value(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Hash + Eq + Clone + Send + Sync + 'static> KeyValue for T {
    #[inline]
    fn hash_value<H: Hasher>(&self, state: &mut H) {
        self.hash(state);
    }

    #[inline]
    fn is_value(&self, other: &Self) -> bool {
        self == other
    }

    fn own_value(&self) -> Self {
        self.clone()
    }
}

/// A part whose owned form is known.
pub struct Known<'k, T>(&'k T);

impl<T: KeyPart> TypedKey for Known<'_, T> {
    type Owned = T::Owned;

    #[inline]
    fn hash_into<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }

    #[inline]
    fn is(&self, owned: &T::Owned) -> bool {
        self.0.is(owned)
    }

    fn own(&self) -> T::Owned {
        self.0.own()
    }
}

/// A part behind a reference.
pub struct Referred<'k, T: ?Sized>(&'k T);

impl<T> TypedKey for Referred<'_, T>
where
    T: ToOwned<Owned: Borrow<T> + Any + Send + Sync> + Hash + Eq + ?Sized,
{
    type Owned = T::Owned;

    #[inline]
    fn hash_into<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }

    #[inline]
    fn is(&self, owned: &T::Owned) -> bool {
        self.0 == owned.borrow()
    }

    fn own(&self) -> T::Owned {
        self.0.to_owned()
    }
}

/// A part that is cloned. It carries what a key needs, so that using it asks nothing of its type.
pub struct Cloned<'k, T> {
    value: &'k T,
    hash: fn(&T, &mut dyn Hasher),
    is: fn(&T, &T) -> bool,
    own: fn(&T) -> T,
}

impl<T: Send + Sync + 'static> TypedKey for Cloned<'_, T> {
    type Owned = T;

    #[inline]
    fn hash_into<H: Hasher>(&self, state: &mut H) {
        (self.hash)(self.value, state);
    }

    #[inline]
    fn is(&self, owned: &T) -> bool {
        (self.is)(self.value, owned)
    }

    fn own(&self) -> T {
        (self.own)(self.value)
    }
}

impl<T: ?Sized> fmt::Debug for Referred<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Referred")
    }
}

impl<T> fmt::Debug for Known<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Known")
    }
}

impl<T> fmt::Debug for Cloned<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cloned")
    }
}

/// The key of a function without arguments.
impl TypedKey for () {
    type Owned = ();

    #[inline]
    fn hash_into<H: Hasher>(&self, _: &mut H) {}

    #[inline]
    fn is(&self, (): &()) -> bool {
        true
    }

    fn own(&self) {}
}

macro_rules! typed_tuples {
    ($($part:ident $owned:ident)+) => {
        impl<$($part: TypedKey),+> TypedKey for ($($part,)+) {
            type Owned = ($($part::Owned,)+);

            #[inline]
            #[expect(non_snake_case, reason = "each part is called like its type")]
            fn hash_into<S: Hasher>(&self, state: &mut S) {
                let ($($part,)+) = self;
                $($part.hash_into(state);)+
            }

            #[inline]
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
typed_tuples!(A a B b);
typed_tuples!(A a B b C c);
typed_tuples!(A a B b C c D d);
typed_tuples!(A a B b C c D d E e);
typed_tuples!(A a B b C c D d E e F f);
typed_tuples!(A a B b C c D d E e F f G g);
typed_tuples!(A a B b C c D d E e F f G g H h);
