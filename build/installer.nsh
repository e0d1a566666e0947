; What our installer does besides electron-builder's own script, through the macros that it offers
; (https://www.electron.build/nsis#custom-nsis-script):
;
;   - the journal's folder, which only administrators can write, and the question about it at the end
;   - the one-off repair: a tick box, or /oneoff
;
; The script itself sees to the rest: /S for silence, closing the program on upgrade, the start menu, the uninstaller.
; Its words are made of shared/locales by build/electron-builder.mjs.

!include "LogicLib.nsh"
!include "FileFunc.nsh"
!include "nsDialogs.nsh"
!include "WinMessages.nsh"

!define RUN_ONCE "Software\Microsoft\Windows\CurrentVersion\RunOnce"
!define RUN_ONCE_NAME "KMS Doctor one-off"
!define FILE_ATTRIBUTE_REPARSE_POINT_ 0x400

; Owned by administrators; they and SYSTEM write, users read; nothing is inherited from ProgramData, where users may
; make files (https://learn.microsoft.com/windows/win32/secauthz/security-descriptor-string-format).
!define JOURNAL_RIGHTS "O:BAG:SYD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)"

!ifndef BUILD_UNINSTALLER
  ; "1": the program is removed again when its window closes. "installed": it was here before, and stays.
  Var oneOff
  Var oneOffTick
!endif

!macro customHeader
  !insertmacro kmsDoctorWords
  !ifndef BUILD_UNINSTALLER
    !insertmacro journalFunctions
    !insertmacro oneOffFunctions
  !endif
!macroend

; --- The journal's folder -------------------------------------------------------------------------------------------

!macro journalFunctions
  ; Whether only an administrator can have made the folder in $R0: $R1 is 1 then. A folder that somebody planted, or
  ; a link to elsewhere, must not become the journal of an elevated program.
  Function isTrustedFolder
    StrCpy $R1 0
    System::Call 'kernel32::GetFileAttributesW(w R0) i .r0'
    IntOp $0 $0 & ${FILE_ATTRIBUTE_REPARSE_POINT_}
    ${If} $0 <> 0
      Return
    ${EndIf}
    System::Call 'advapi32::GetNamedSecurityInfoW(w R0, i 1, i 1, *p .r1, p 0, p 0, p 0, *p .r2) i .r0'
    ${If} $0 <> 0
      Return
    ${EndIf}
    System::Call 'advapi32::ConvertSidToStringSidW(p r1, *p .r3) i .r0'
    System::Call '*$3(&w${NSIS_MAX_STRLEN} .r4)'
    System::Call 'kernel32::LocalFree(p r3)'
    System::Call 'kernel32::LocalFree(p r2)'
    ; Administrators, SYSTEM.
    ${If} $4 == "S-1-5-32-544"
    ${OrIf} $4 == "S-1-5-18"
      StrCpy $R1 1
    ${EndIf}
  FunctionEnd

  ; Makes ProgramData\KMS Doctor with its rights from the first moment on.
  Function makeJournalFolder
    StrCpy $R0 "$APPDATA\KMS Doctor"
    ${If} ${FileExists} "$R0\*.*"
      Call isTrustedFolder
      ${If} $R1 <> 1
        ; Kept for whoever wants to look at it.
        System::Call 'kernel32::GetTickCount() i .r0'
        Rename "$R0" "$R0 (not ours, $0)"
      ${EndIf}
    ${EndIf}
    System::Call 'advapi32::ConvertStringSecurityDescriptorToSecurityDescriptorW(w "${JOURNAL_RIGHTS}", i 1, *p .r1, p 0) i .r0'
    ${If} $0 = 0
      DetailPrint "The permissions of $R0 couldn't be created. Repairs are refused until an administrator sets them."
      Return
    ${EndIf}
    !if ${NSIS_PTR_SIZE} > 4
      System::Call '*(i 24, i 0, p r1, i 0, i 0) p .r2'
    !else
      System::Call '*(i 12, p r1, i 0) p .r2'
    !endif
    System::Call 'kernel32::CreateDirectoryW(w R0, p r2) i .r0'
    ${If} $0 = 0
      ; It was here: owner, group, rights, protected from inheritance.
      System::Call 'advapi32::SetFileSecurityW(w R0, i 0x80000007, p r1) i .r0'
    ${EndIf}
    System::Free $2
    System::Call 'kernel32::LocalFree(p r1)'
  FunctionEnd
!macroend

; --- The one-off repair ---------------------------------------------------------------------------------------------

!macro customInit
  StrCpy $oneOff "0"
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/oneoff" $R1
  ${IfNot} ${Errors}
    StrCpy $oneOff "1"
  ${EndIf}
  ; What was installed for good is upgraded and stays; what a one-off left behind does not count.
  ReadRegStr $R0 HKLM "${INSTALL_REGISTRY_KEY}" "InstallLocation"
  ReadRegStr $R1 HKLM "${INSTALL_REGISTRY_KEY}" "OneOff"
  ${If} $R0 != ""
  ${AndIf} $R1 == ""
    StrCpy $oneOff "installed"
  ${EndIf}
!macroend

!macro customPageAfterChangeDir
  Page custom oneOffPage oneOffPageLeave
!macroend

!macro oneOffFunctions
  Function oneOffPage
    ${If} $oneOff == "installed"
      Abort
    ${EndIf}
    !insertmacro MUI_HEADER_TEXT "$(kmsOneOffTitle)" "$(kmsOneOffSubtitle)"
    nsDialogs::Create 1018
    Pop $0
    ${NSD_CreateLabel} 0 0 100% 40u "$(kmsOneOffText)"
    Pop $0
    ${NSD_CreateCheckbox} 0 48u 100% 12u "$(kmsOneOffTick)"
    Pop $oneOffTick
    ${If} $oneOff == "1"
      ${NSD_Check} $oneOffTick
    ${EndIf}
    nsDialogs::Show
  FunctionEnd

  Function oneOffPageLeave
    ; 1 when ticked, else 0.
    ${NSD_GetState} $oneOffTick $oneOff
  FunctionEnd

  ; Whether the program runs, its elevated session included: Windows lets nobody write the file of a running program.
  ; $0 is 1 then.
  Function programRuns
    StrCpy $0 0
    ${If} ${FileExists} "$INSTDIR\${APP_EXECUTABLE_FILENAME}"
      ClearErrors
      FileOpen $1 "$INSTDIR\${APP_EXECUTABLE_FILENAME}" a
      ${If} ${Errors}
        StrCpy $0 1
      ${Else}
        FileClose $1
      ${EndIf}
    ${EndIf}
  FunctionEnd

  Function runOnce
    WriteRegStr HKLM "${INSTALL_REGISTRY_KEY}" "OneOff" "1"
    ; If Windows ends before the window is closed, the next sign-in of an administrator removes the program.
    WriteRegStr HKLM "${RUN_ONCE}" "${RUN_ONCE_NAME}" '"$INSTDIR\${UNINSTALL_FILENAME}" /allusers /S'
    DetailPrint "$(kmsOneOffWaits)"
    HideWindow
    ; As the person who is signed in, not as the administrator who installs.
    ${StdUtils.ExecShellAsUser} $0 "$INSTDIR\${APP_EXECUTABLE_FILENAME}" "open" ""
    ; A minute for its start.
    StrCpy $R0 60
    ${Do}
      Sleep 1000
      IntOp $R0 $R0 - 1
      Call programRuns
      ${If} $0 = 1
        ${ExitDo}
      ${EndIf}
    ${LoopUntil} $R0 <= 0
    ; Gone twice in a row: between the window and its elevated session, or under a virus scanner, once says little.
    StrCpy $R0 0
    ${Do}
      Sleep 1000
      Call programRuns
      ${If} $0 = 1
        StrCpy $R0 0
      ${Else}
        IntOp $R0 $R0 + 1
      ${EndIf}
    ${LoopUntil} $R0 >= 2
    Exec '"$INSTDIR\${UNINSTALL_FILENAME}" /allusers /S'
    SetErrorLevel 0
    Quit
  FunctionEnd
!macroend

!macro customInstall
  Call makeJournalFolder
  ; The program neither updates itself nor elevates in this way: what electron-builder leaves for that goes.
  Delete "$INSTDIR\resources\elevate.exe"
  !ifdef APP_INSTALLER_STORE_FILE
    SetShellVarContext current
    Delete "$LOCALAPPDATA\${APP_INSTALLER_STORE_FILE}"
    ${GetParent} "$LOCALAPPDATA\${APP_INSTALLER_STORE_FILE}" $R0
    RMDir "$R0"
    SetShellVarContext all
  !endif
  ${If} $oneOff == "1"
    Call runOnce
  ${Else}
    DeleteRegValue HKLM "${INSTALL_REGISTRY_KEY}" "OneOff"
    DeleteRegValue HKLM "${RUN_ONCE}" "${RUN_ONCE_NAME}"
  ${EndIf}
!macroend

; --- Removal --------------------------------------------------------------------------------------------------------

!macro customUnInstall
  DeleteRegValue HKLM "${RUN_ONCE}" "${RUN_ONCE_NAME}"
  ; An upgrade runs the old uninstaller with --updated: nobody leaves.
  ${IfNot} ${isUpdated}
    ${If} ${FileExists} "$APPDATA\KMS Doctor\*.*"
      ${GetParameters} $R0
      ClearErrors
      ${GetOptions} $R0 "/removejournal" $R1
      ${If} ${Errors}
        MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(kmsRemoveJournal)" /SD IDNO IDYES removeJournal IDNO keepJournal
      ${EndIf}
      removeJournal:
        ; A link is taken away, not what it leads to.
        System::Call 'kernel32::GetFileAttributesW(w "$APPDATA\KMS Doctor") i .r0'
        IntOp $0 $0 & ${FILE_ATTRIBUTE_REPARSE_POINT_}
        ${If} $0 <> 0
          RMDir "$APPDATA\KMS Doctor"
        ${Else}
          RMDir /r "$APPDATA\KMS Doctor"
        ${EndIf}
      keepJournal:
    ${EndIf}
  ${EndIf}
!macroend
