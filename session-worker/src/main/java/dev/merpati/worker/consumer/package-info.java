/** The command topic: polling, the committed offsets, back-pressure and dead letters. */
@NullMarked
package dev.merpati.worker.consumer;

import org.jspecify.annotations.NullMarked;
