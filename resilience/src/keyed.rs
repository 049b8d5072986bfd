//! State per key, bounded: for circuits, rate limits and bulkheads with a `key`.

mod key;
mod keys;
mod store;

pub use self::key::{Key, KeyByClone, KeyByPart, KeyByRef, KeyOf, KeyPart};
pub(crate) use self::{
    keys::{At, KeyedState, Keys},
    store::{Evictable, Keyed, KeyedStore},
};
