/** One session: its connection, its status and its mailboxes. */
@NullMarked
package dev.merpati.worker.session;

import org.jspecify.annotations.NullMarked;
