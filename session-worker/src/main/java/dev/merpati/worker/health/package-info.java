/** Whether this worker lives and does its part. */
@NullMarked
package dev.merpati.worker.health;

import org.jspecify.annotations.NullMarked;
