/** The topic of events: polling, ownership, the committed offsets, back-pressure and dead letters. */
@NullMarked
package dev.merpati.dispatcher.consumer;

import org.jspecify.annotations.NullMarked;
