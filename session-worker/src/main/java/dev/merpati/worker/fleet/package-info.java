/** What all workers share, and an operator can change while they run. */
@NullMarked
package dev.merpati.worker.fleet;

import org.jspecify.annotations.NullMarked;
