@NullMarked
package dev.merpati.worker.cobalt.send;

import org.jspecify.annotations.NullMarked;
