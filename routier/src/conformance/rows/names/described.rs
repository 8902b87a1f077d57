//! Entities written by hand, whose names no derive has looked at.

/// An entity for each pair of names: its collection's and that of its only field besides the key; and what becomes of
/// each in turn, given as a macro of the entity and its names.
macro_rules! described {
    ($($entity:ident $collection:expr, $field:expr;)*) => {$(
        $crate::conformance::rows::names::described::described! {
            $entity = Descriptor::of::<$entity>(stringify!($entity), $collection).with_fields(const {
                &[FieldDescriptor::declared::<u64>("id"), FieldDescriptor::declared::<u64>($field)]
            }).with_key(&[0])
        }
    )*};
    ($entity:ident = $descriptor:expr) => {
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        struct $entity {
            id: u64,
            value: u64,
        }

        impl Entity for $entity {
            type Key = u64;
            type Fields = ();
            const DESCRIPTOR: &'static Descriptor = &$descriptor.with_codec(codec::<Self>());

            fn fields() {}

            fn key(&self) -> u64 {
                self.id
            }

            fn read(&self, field: u16) -> DatumRef<'_> {
                match field {
                    0 => DatumRef::UInt(self.id),
                    _ => DatumRef::UInt(self.value),
                }
            }

            fn indexes<V: IndexVisitor<Self>>(_visitor: &mut V) {}
        }
    };
}

pub(super) use described;
