//! Methods: every receiver, every kind of impl.

mod associated_functions;
mod every_borrowed_receiver;
mod every_owned_receiver;
mod impls_with_parameters;
mod methods_of_enums_and_of_unit_types;
mod two_methods_of_one_name;
mod values_of_the_receiver_in_the_policy;

programs! {
    associated_functions
    every_borrowed_receiver
    every_owned_receiver
    impls_with_parameters
    methods_of_enums_and_of_unit_types
    two_methods_of_one_name
    values_of_the_receiver_in_the_policy
}
