//! Methods of traits: declared, by default, implemented.

mod a_generic_trait_for_every_type;
mod a_service_like_those_of_tower;
mod associated_types_and_constants;
mod async_fn_in_a_trait;
mod futures_with_send_in_a_trait;
mod traits_made_for_dyn;

programs! {
    a_generic_trait_for_every_type
    a_service_like_those_of_tower
    associated_types_and_constants
    async_fn_in_a_trait
    futures_with_send_in_a_trait
    traits_made_for_dyn
}
