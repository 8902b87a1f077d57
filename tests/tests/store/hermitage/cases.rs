//! The cases.

use super::script::Case;

const TWO: &str = "1:10,2:20";

const fn case(name: &'static str, steps: &'static str, last: &'static str) -> Case {
    Case { name, unique: false, setup: TWO, steps, at_snapshot: last, at_serializable: last }
}

/// With values that no two rows may share.
const fn unique(name: &'static str, steps: &'static str, last: &'static str) -> Case {
    Case { unique: true, ..case(name, steps, last) }
}

/// One that ends differently at the two levels.
const fn apart(
    name: &'static str,
    steps: &'static str,
    snapshot: &'static str,
    serializable: &'static str,
) -> Case {
    Case { at_snapshot: snapshot, at_serializable: serializable, ..case(name, steps, "") }
}

pub(super) const CASES: &[Case] = &[
    case("G0, dirty write", "1.up(1,11) 2.up(1,12) 1.up(2,21) 1.C 2.up(2,22) 2.C!Conflict", "1:11,2:21"),
    apart(
        "G0, blind",
        "1.put(1,11) 2.put(1,12) 1.put(2,21) 1.C 2.put(2,22) 2.C!si",
        "1:11,2:21",
        "1:12,2:22",
    ),
    case("G1a, aborted read", "1.up(1,101) 2.q(all)=1:10,2:20 1.A 2.q(all)=1:10,2:20 2.C", TWO),
    case(
        "G1b, intermediate read",
        "1.up(1,101) 2.q(all)=1:10,2:20 1.up(1,11) 1.C 2.q(all)=1:10,2:20 2.C",
        "1:11,2:20",
    ),
    apart(
        "G1c, circular flow",
        "1.up(1,11) 2.up(2,22) 1.get(2)=20 2.get(1)=10 1.C 2.C!ser",
        "1:11,2:22",
        "1:11,2:20",
    ),
    case(
        "OTV, observed transaction vanishes",
        "3.B 1.up(1,11) 1.up(2,19) 2.up(1,12) 1.C 3.get(1)=10 2.up(2,18) 3.get(2)=20 2.C!Conflict 3.get(2)=20
         3.get(1)=10 3.C",
        "1:11,2:19",
    ),
    case(
        "OTV, begun late",
        "1.up(1,11) 1.up(2,19) 2.up(1,12) 1.C 3.get(1)=11 2.up(2,18) 3.get(2)=19 2.C!Conflict 3.get(2)=19
         3.get(1)=11 3.C",
        "1:11,2:19",
    ),
    case("PMP, read predicate", "1.q(v=30)=- 2.ins(3,30) 2.C 1.q(v%3)=- 1.C", "1:10,2:20,3:30"),
    case("PMP, write predicate", "1.upp(all,10) 2.del(v=20) 1.C 2.q(v=20)=- 2.C!Conflict", "1:20,2:30"),
    case("P4, lost update", "1.get(1)=10 2.get(1)=10 1.up(1,11) 2.up(1,11) 1.C 2.C!Conflict", "1:11,2:20"),
    case("P4, late", "1.get(1)=10 2.get(1)=10 1.up(1,11) 1.C 2.up(1,11) 2.C!Conflict", "1:11,2:20"),
    case(
        "G-single, read skew",
        "1.get(1)=10 2.get(1)=10 2.get(2)=20 2.up(1,12) 2.up(2,18) 2.C 1.get(2)=20 1.C",
        "1:12,2:18",
    ),
    case(
        "G-single, predicate",
        "1.q(v%5)=1:10,2:20 2.upp(v=10,=12) 2.C 1.q(v%3)=- 1.C",
        "1:12,2:20",
    ),
    case(
        "G-single, write 1",
        "1.get(1)=10 2.q(all)=1:10,2:20 2.up(1,12) 2.up(2,18) 2.C 1.del(v=20) 1.C!Conflict",
        "1:12,2:18",
    ),
    case(
        "G-single, write 2",
        "1.get(1)=10 2.q(all)=1:10,2:20 2.up(1,12) 1.del(v=20) 2.up(2,18) 1.A 2.C",
        "1:12,2:18",
    ),
    apart(
        "G2-item",
        "1.q(1+2)=1:10,2:20 2.q(1+2)=1:10,2:20 1.up(1,11) 2.up(2,21) 1.C 2.C!ser",
        "1:11,2:21",
        "1:11,2:20",
    ),
    apart(
        "G2-item, by key",
        "1.get(1)=10 1.get(2)=20 2.get(1)=10 2.get(2)=20 1.up(1,11) 2.up(2,21) 1.C 2.C!ser",
        "1:11,2:21",
        "1:11,2:20",
    ),
    apart(
        "G2-item, blind",
        "1.get(2)=20 2.get(1)=10 1.put(1,11) 2.put(2,21) 1.C 2.C!ser",
        "1:11,2:21",
        "1:11,2:20",
    ),
    apart(
        "G2, phantoms",
        "1.q(v%3)=- 2.q(v%3)=- 1.ins(3,30) 2.ins(4,42) 1.C 2.C!ser",
        "1:10,2:20,3:30,4:42",
        "1:10,2:20,3:30",
    ),
    apart(
        "G2, phantoms of an index",
        "1.q(v=30)=- 2.q(v=40)=- 1.ins(3,40) 2.ins(4,30) 1.C 2.C!ser",
        "1:10,2:20,3:40,4:30",
        "1:10,2:20,3:40",
    ),
    case(
        "no phantoms of an index",
        "1.q(v=30)=- 2.q(v=40)=- 1.ins(3,50) 2.ins(4,60) 1.C 2.C",
        "1:10,2:20,3:50,4:60",
    ),
    apart(
        "G2, missing rows",
        "1.get(3)=- 2.get(4)=- 1.ins(4,40) 2.ins(3,30) 1.C 2.C!ser",
        "1:10,2:20,3:30,4:40",
        "1:10,2:20,4:40",
    ),
    apart(
        "G2, two edges",
        "1.q(all)=1:10,2:20 2.get(2)=20 2.up(2,25) 2.C 3.q(all)=1:10,2:25 3.C 1.up(1,0) 1.C!ser",
        "1:0,2:25",
        "1:10,2:25",
    ),
    Case {
        setup: "1:0,2:0",
        ..apart(
            "read-only anomaly",
            "2.get(1)=0 2.get(2)=0 1.get(2)=0 1.up(2,20) 1.C 3.q(1+2)=1:0,2:20 3.C 2.up(1,-11) 2.C!ser",
            "1:-11,2:20",
            "1:0,2:20",
        )
    },
    case("one key, blind", "1.ins(3,30) 2.ins(3,31) 1.C 2.C!Duplicate", "1:10,2:20,3:30"),
    case(
        "one key, read before",
        "1.get(3)=- 2.get(3)=- 1.ins(3,30) 2.ins(3,31) 1.C 2.C!Duplicate",
        "1:10,2:20,3:30",
    ),
    case("one key, late", "1.ins(3,30) 1.C 2.ins(3,31)!taken 2.up(1,11) 2.C", "1:11,2:20,3:30"),
    apart(
        "what stood in the way has gone",
        "1.ins(1,30)!taken 2.del(1) 2.C 1.up(2,21) 1.C!ser",
        "2:21",
        "2:20",
    ),
    apart(
        "what was to be removed has come",
        "1.del(3) 2.ins(3,30) 2.C 1.up(2,21) 1.C!ser",
        "1:10,2:21,3:30",
        "1:10,2:20,3:30",
    ),
    apart(
        "what a query was to remove has come",
        "1.del(v=30) 2.ins(3,30) 2.C 1.up(2,21) 1.C!ser",
        "1:10,2:21,3:30",
        "1:10,2:20,3:30",
    ),
    apart(
        "what was to be updated has come",
        "1.up(3,31)!gone 2.ins(3,30) 2.C 1.up(2,21) 1.C!ser",
        "1:10,2:21,3:30",
        "1:10,2:20,3:30",
    ),
    apart(
        "inserted and removed again",
        "1.ins(3,30) 1.del(3) 2.ins(3,31) 2.C 1.up(2,21) 1.C!ser",
        "1:10,2:21,3:31",
        "1:10,2:20,3:31",
    ),
    case("removed and inserted again", "1.del(1) 1.ins(1,11) 2.up(2,21) 2.C 1.C", "1:11,2:21"),
    case("removed and inserted over another's", "1.del(1) 1.ins(1,11) 2.up(1,12) 2.C 1.C!Conflict", "1:12,2:20"),
    apart("put over what has come", "1.put(3,31) 2.ins(3,30) 2.C 1.C!si", "1:10,2:20,3:30", "1:10,2:20,3:31"),
    apart("put over what has gone", "1.put(1,11) 2.del(1) 2.C 1.C!si", "2:20", "1:11,2:20"),
    unique("one value, blind", "1.ins(3,42) 2.ins(4,42) 1.C 2.C!Duplicate", "1:10,2:20,3:42"),
    unique(
        "one value, read before",
        "1.q(v=42)=- 2.q(v=42)=- 1.ins(3,42) 2.ins(4,42) 1.C 2.C!Duplicate",
        "1:10,2:20,3:42",
    ),
    unique("one value, late", "1.ins(3,42) 1.C 2.ins(4,42)!taken 2.C", "1:10,2:20,3:42"),
    unique("one value, by updates", "1.up(1,42) 2.up(2,42) 1.C 2.C!Duplicate", "1:42,2:20"),
    unique("one value, that was there", "1.up(1,20) 2.get(1)=10 1.C!taken 2.C", TWO),
    unique("values swapped", "1.up(1,20) 1.up(2,10) 1.C", "1:20,2:10"),
    unique("values swapped, twice", "1.up(1,20) 2.up(1,20) 1.up(2,10) 2.up(2,10) 1.C 2.C!Conflict", "1:20,2:10"),
    unique("a value let go of, and kept", "1.del(1) 2.ins(3,10)!taken 1.A 2.C 3.ins(3,10)!taken 3.C", TWO),
    unique("a value let go of too late", "1.del(1) 2.up(2,10) 2.C!taken 1.C", "2:20"),
    unique("a value let go of in time", "1.del(1) 2.up(2,10) 1.C 2.C", "2:10"),
    unique("a value handed over", "1.up(1,11) 1.C 2.ins(3,10) 2.C", "1:11,2:20,3:10"),
    case("update of what has gone", "1.get(1)=10 2.get(1)=10 1.del(1) 2.up(1,99) 1.C 2.C!Conflict", "2:20"),
    case("removal of what has gone", "1.del(1) 2.del(1) 1.C 2.C!Conflict", "2:20"),
    case("removal of what has changed", "1.del(1) 2.up(1,11) 2.C 1.C!Conflict", "1:11,2:20"),
    case("there and back", "1.get(1)=10 2.up(1,11) 2.C 3.up(1,10) 3.C 1.up(1,77) 1.C!Conflict", TWO),
    case("gone and back", "1.up(1,77) 2.del(1) 2.C 3.ins(1,10) 3.C 1.C!Conflict", TWO),
    case(
        "own writes",
        "1.ins(3,30) 1.up(1,11) 1.del(2) 1.q(all)=1:11,3:30 1.get(2)=- 1.get(3)=30 1.q(v=11)=1:11 1.q(v%3)=3:30
         1.upp(all,1) 1.q(all)=1:12,3:31 2.q(all)=1:10,2:20 1.A 3.q(all)=1:10,2:20 3.C 2.C",
        TWO,
    ),
    case("own writes, committed", "1.ins(3,30) 1.upp(v%3,1) 1.up(3,32) 1.del(v=10) 1.C 2.q(all)=2:20,3:32 2.C", "2:20,3:32"),
    case(
        "who only reads never fails",
        "1.get(1)=10 1.q(v=20)=2:20 2.upp(all,5) 2.C 3.ins(9,20) 3.C 1.q(all)=1:10,2:20 1.C",
        "1:15,2:25,9:20",
    ),
    case("different rows", "1.up(1,11) 2.up(2,22) 2.C 1.C", "1:11,2:22"),
];
