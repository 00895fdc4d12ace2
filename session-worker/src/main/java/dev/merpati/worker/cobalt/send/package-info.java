/** A message on its way out: addressed, encrypted, acknowledged, sent again. */
@NullMarked
package dev.merpati.worker.cobalt.send;

import org.jspecify.annotations.NullMarked;
