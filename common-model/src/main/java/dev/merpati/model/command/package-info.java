/** What a gateway asks a worker to do. */
@NullMarked
package dev.merpati.model.command;

import org.jspecify.annotations.NullMarked;
