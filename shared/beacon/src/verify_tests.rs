//! Rounds that the real network has published, and what is none of them.

use super::*;
use crate::signing::Key;
use domain::beacon::{Chains, QUICKNET};
use domain::hex;

/// Rounds of quicknet as its hosts answer `/52db…e971/public/{round}`, in hex: number, signature, randomness. Number 657,413 stands in
/// the README of the library `drand-verify`, 1,000 in tests of `drand_core`.
pub(crate) const RECORDED: [(u64, &str, &str); 3] = [
    (
        1,
        "b55e7cb2d5c613ee0b2e28d6750aabbb78c39dcc96bd9d38c2c2e12198df95571de8e8e402a0cc48871c7089a2b3af4b",
        "1466a6cd24e327188770752f6134001c64d6efcc590ccc26b721611ad96f165a",
    ),
    (
        1_000,
        "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
        "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
    ),
    (
        657_413,
        "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b",
        "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587",
    ),
];

pub(crate) fn quicknet() -> Chain {
    Chains::parse(QUICKNET).unwrap().iter().next().unwrap().clone()
}

fn signature(text: &str) -> [u8; 48] {
    hex::decode(text).unwrap()
}

#[test]
fn rounds_of_the_real_network_are_genuine_and_give_its_randomness() {
    for (round, text, randomness) in RECORDED {
        assert_eq!(verify(&quicknet(), round, &signature(text)).map(|it| hex::encode(&it)), Ok(randomness.to_owned()));
    }
    assert_eq!(check_key(&quicknet()), Ok(()));
}

#[test]
fn a_signature_is_genuine_for_no_other_round() {
    for (round, text, _) in RECORDED {
        for other in [round - 1, round + 1, u64::MAX] {
            assert_eq!(verify(&quicknet(), other, &signature(text)), Err(NotGenuine::OtherSignature));
        }
    }
}

#[test]
fn a_signature_with_any_bit_flipped_is_refused() {
    let (round, text, _) = RECORDED[1];
    for bit in 0..48 * 8 {
        let mut flipped = signature(text);
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(verify(&quicknet(), round, &flipped).is_err(), "bit {bit}");
    }
}

#[test]
fn a_signature_of_another_length_is_refused() {
    let (round, text, _) = RECORDED[0];
    let whole = signature(text);
    for wrong in [&whole[..0], &whole[..47], &[&whole[..], &[0]].concat(), &[whole, whole].concat()] {
        assert_eq!(verify(&quicknet(), round, wrong), Err(NotGenuine::Length), "{} bytes", wrong.len());
    }
}

/// The compressed form of a point with this x: the first bit says that it is compressed.
fn with_x(x: u8) -> [u8; 48] {
    let mut bytes = [0; 48];
    (bytes[0], bytes[47]) = (0x80, x);
    bytes
}

#[test]
fn what_is_no_point_of_the_group_is_refused_by_what_it_is() {
    let came_to = |bytes: &[u8; 48]| verify(&quicknet(), 1, bytes).unwrap_err();
    // Half of all x have a point on the curve, of which next to none is in the group: the group is 2^-125 of the curve.
    let small: Vec<NotGenuine> = (1..=50).map(|x| came_to(&with_x(x))).collect();
    assert!(small.contains(&NotGenuine::NoPoint) && small.contains(&NotGenuine::OutsideTheGroup));
    assert!(small.iter().all(|why| [NotGenuine::NoPoint, NotGenuine::OutsideTheGroup].contains(why)), "{small:?}");
    let mut infinity = [0; 48];
    infinity[0] = 0xc0;
    assert_eq!(came_to(&infinity), NotGenuine::Infinity);
    assert_eq!(came_to(&[0; 48]), NotGenuine::NoPoint);
    assert_eq!(came_to(&[0xff; 48]), NotGenuine::NoPoint);
}

#[test]
fn a_signature_with_another_key_is_refused() {
    let key = Key::new(&[7; 32]).unwrap();
    let own = Chain { public_key: key.public_key(), ..quicknet() };
    assert_eq!(verify(&own, 5, &key.sign(5).signature), Ok(key.sign(5).randomness));
    assert_eq!(verify(&quicknet(), 5, &key.sign(5).signature), Err(NotGenuine::OtherSignature));
    assert_eq!(verify(&own, 1, &signature(RECORDED[0].1)), Err(NotGenuine::OtherSignature));
}

#[test]
fn a_public_key_that_is_none_checks_nothing() {
    let mut mistyped = quicknet();
    mistyped.public_key[50] ^= 1;
    let mut infinity = Chain { public_key: [0; 96], ..quicknet() };
    infinity.public_key[0] = 0xc0;
    for chain in [mistyped, infinity, Chain { public_key: [0; 96], ..quicknet() }] {
        assert_eq!(check_key(&chain), Err(NotGenuine::PublicKey));
        assert_eq!(verify(&chain, 1, &signature(RECORDED[0].1)), Err(NotGenuine::PublicKey));
    }
}
