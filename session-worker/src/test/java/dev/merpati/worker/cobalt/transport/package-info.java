@NullMarked
package dev.merpati.worker.cobalt.transport;

import org.jspecify.annotations.NullMarked;
