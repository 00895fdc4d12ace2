/** Who is meant: a user or one of a user's devices, in one of WhatsApp's namespaces. */
@NullMarked
package dev.merpati.worker.cobalt.address;

import org.jspecify.annotations.NullMarked;
