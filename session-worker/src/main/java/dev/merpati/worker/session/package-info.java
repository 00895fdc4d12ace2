/** Sessions: their mailboxes, and the tasks that their commands run as. */
@NullMarked
package dev.merpati.worker.session;

import org.jspecify.annotations.NullMarked;
