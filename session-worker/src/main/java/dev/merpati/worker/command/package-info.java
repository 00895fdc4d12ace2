/** Commands: their records in Redis and how they are run for one session. */
@NullMarked
package dev.merpati.worker.command;

import org.jspecify.annotations.NullMarked;
