//! Every attribute, where `resilience` goes by other names: as a renamed dependency, behind a
//! re-export, and through a macro of another crate's.

pub mod elsewhere;
#[cfg(test)]
mod tests;

/// Re-exports, as a company's own crate makes them.
pub mod deps {
    pub use robust;
}

/// Writes an annotated function: whoever calls it need not depend on `resilience`.
#[macro_export]
macro_rules! retried {
    ($visibility:vis async fn $name:ident($($arg:ident: $ty:ty),*) -> $ret:ty $body:block) => {
        #[$crate::deps::robust::retry(max = 2, crate = $crate::deps::robust)]
        #[$crate::deps::robust::timeout(5s)]
        $visibility async fn $name($($arg: $ty),*) -> $ret $body
    };
}

/// As [`retried`], for a whole function.
#[macro_export]
macro_rules! limited {
    ($function:item) => {
        #[$crate::deps::robust::timeout(1s, crate = $crate::deps::robust)]
        $function
    };
}
