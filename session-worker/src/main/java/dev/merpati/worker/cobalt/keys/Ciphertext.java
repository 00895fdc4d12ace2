package dev.merpati.worker.cobalt.keys;

/**
 * What one device can decrypt.
 *
 * @param type {@code pkmsg} when it begins a Signal session, {@code msg} when it goes on with one
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Ciphertext(String type, byte[] bytes) {}
