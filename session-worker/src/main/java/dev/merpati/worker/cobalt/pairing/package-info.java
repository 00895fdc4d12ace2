/** How a new device is linked to a phone. */
@NullMarked
package dev.merpati.worker.cobalt.pairing;

import org.jspecify.annotations.NullMarked;
