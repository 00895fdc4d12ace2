/** The worker: owns shards of sessions, keeps one WhatsApp connection for each session and executes its commands. */
@NullMarked
package dev.merpati.worker;

import org.jspecify.annotations.NullMarked;
