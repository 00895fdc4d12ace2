@NullMarked
package dev.merpati.worker.command;

import org.jspecify.annotations.NullMarked;
