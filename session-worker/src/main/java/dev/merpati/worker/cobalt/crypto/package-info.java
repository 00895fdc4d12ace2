/** The cryptographic primitives that the protocol is made of beside the Signal ratchet. */
@NullMarked
package dev.merpati.worker.cobalt.crypto;

import org.jspecify.annotations.NullMarked;
