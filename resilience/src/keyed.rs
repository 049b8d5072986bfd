//! State per key, bounded: for circuits, rate limits and bulkheads with a `key`. And keys of one
//! known type, for results that are kept.

mod hash;
mod key;
mod keys;
mod store;
mod typed;

pub(crate) use self::hash::{AsIs, hash_of, hash_of_owned};
pub use self::key::{Key, KeyByClone, KeyByPart, KeyByRef, KeyOf, KeyPart};
pub use self::typed::{KeyValue, PartByKind, PartByRef, PartOf, TypedKey};
pub(crate) use self::{
    keys::{At, KeyedState, Keys},
    store::{Evictable, Keyed, KeyedStore},
};
