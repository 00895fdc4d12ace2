/** What sessions keep in Redis: their records, encrypted credentials and the outcomes of commands; all writes fenced. */
@NullMarked
package dev.merpati.worker.store;

import org.jspecify.annotations.NullMarked;
