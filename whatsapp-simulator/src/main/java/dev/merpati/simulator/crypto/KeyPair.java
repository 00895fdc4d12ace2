package dev.merpati.simulator.crypto;

import it.auties.curve25519.Curve25519;

/** A Curve25519 key pair; both halves are 32 bytes, without the type byte that Signal puts before public keys. */
public final class KeyPair {
    private final byte[] privateKey;
    private final byte[] publicKey;

    private KeyPair(byte[] privateKey, byte[] publicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    /** A new random pair. */
    public static KeyPair generate() {
        return ofPrivate(Curve25519.randomPrivateKey());
    }

    /** The pair that belongs to a stored private key. */
    public static KeyPair ofPrivate(byte[] privateKey) {
        return new KeyPair(privateKey, Curve25519.getPublicKey(privateKey));
    }

    public byte[] privateKey() {
        return privateKey;
    }

    public byte[] publicKey() {
        return publicKey;
    }

    /** The public key with the type byte {@code 05} before it, as Signal and WhatsApp sign and transmit it. */
    public byte[] typedPublicKey() {
        return Keys.typed(publicKey);
    }

    /** Diffie-Hellman with somebody else's public key, with or without the type byte. */
    public byte[] agree(byte[] otherPublicKey) {
        return Curve25519.sharedKey(Keys.untyped(otherPublicKey), privateKey);
    }

    /** An XEdDSA signature, 64 bytes. */
    public byte[] sign(byte[] message) {
        return Curve25519.sign(privateKey, message);
    }
}
