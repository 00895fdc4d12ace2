@NullMarked
package dev.merpati.worker.cobalt.pairing;

import org.jspecify.annotations.NullMarked;
